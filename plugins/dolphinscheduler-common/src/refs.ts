/** A workflow definition, wherever it is. @public */
export interface WorkflowRef {
  /** The DolphinScheduler instance's name in app-config.yaml. */
  readonly instance: string;
  /** The project's name. */
  readonly project: string;
  /** The definition's code. */
  readonly code: number;
}

/** A run of a workflow. @public */
export interface RunRef extends WorkflowRef {
  /** The workflow instance's id. */
  readonly run: number;
}

/** A workflow as one text: the resource that permissions are about. @public */
export function workflowKey({ instance, project, code }: WorkflowRef): string {
  return [instance, project, String(code)].map(encodeURIComponent).join('/');
}

/** Empty for what nobody has encoded. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

/** The reverse of {@link workflowKey}; undefined for any other text. @public */
export function readWorkflowKey(key: string): WorkflowRef | undefined {
  const [instance, project, code, ...more] = key.split('/').map(decoded);
  if (!instance || !project || !code || more.length > 0 || !/^\d{1,16}$/.test(code)) {
    return undefined;
  }
  return { instance, project, code: Number(code) };
}
