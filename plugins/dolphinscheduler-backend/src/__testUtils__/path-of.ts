import { operations } from '../openapi/operations';

/** What {@link FakeDolphinScheduler} has. */
const PLACE: Readonly<Record<string, string>> = {
  instance: 'test',
  project: 'sales',
  code: '11',
  run: '100',
  task: '1000',
  verb: 'repeat',
};

/** Where an operation is asked for, below `/v1`: about the workflow, the run and the task that the fake server has. */
export function pathOf(id: string): string {
  const { path } = operations.find(operation => operation.id === id)!;
  return path.replace(/^\/v1/, '').replace(/:(\w+)/g, (_, name: string) => PLACE[name] ?? '');
}
