import { type CommonSettings, defineTaskType } from './define-task-type';
import { count, jsonDocument, needs, oneOf, openText, text } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface GrpcSettings extends CommonSettings {
  /** The service's address: `host:port`. It is kept as it is, so no password may be in it. */
  readonly url: string;
  /** How the channel is secured. Default: it isn't. */
  readonly channel?: 'insecure' | 'tls';
  /** The service's definition, in protobuf's language. The web UI shows it; the server goes by `descriptor`. */
  readonly definition?: string;
  /** The same definition as JSON, as protobuf.js writes it: text or a value. */
  readonly descriptor: string | object;
  /** The method: `Greeter/SayHello`. */
  readonly method: string;
  /** What is sent, as JSON text or as a value. Default: nothing. */
  readonly message?: string | object;
  /** When the call counts as good: the status is `OK`, or that of `condition`. Default `ok`. */
  readonly success?: 'ok' | 'status';
  /** The status that `success: 'status'` wants: `NOT_FOUND`. */
  readonly condition?: string;
  /** Milliseconds until the connection must be there. */
  readonly connectTimeout: number;
}

/**
 * Calls a method of a gRPC service.
 *
 * @public
 */
export function grpc(settings: GrpcSettings): RawTask<GrpcSettings> {
  return { raw: 'grpc', settings };
}

/**
 * Source: GrpcParameters, GrpcCredentialType and GrpcCheckCondition as they are in the public repository after 3.3; 3.4.3
 * names the type among its own.
 */
export const grpcType = defineTaskType<GrpcSettings>({
  name: 'grpc',
  serverType: 'GRPC',
  lines: ['3.4'],
  unverified: ['3.4'],
  fields: {
    url: openText('url'),
    channel: oneOf(
      'channelCredentialType',
      { insecure: 'INSECURE', tls: 'TLS_DEFAULT' },
      { optional: true },
    ),
    definition: text('grpcServiceDefinition', { optional: true }),
    descriptor: jsonDocument('grpcServiceDefinitionJSON'),
    method: text('methodName'),
    message: jsonDocument('message', { optional: true }),
    success: oneOf(
      'grpcCheckCondition',
      { ok: 'STATUS_CODE_DEFAULT', status: 'STATUS_CODE_CUSTOM' },
      { optional: true },
    ),
    condition: text('condition', { optional: true }),
    connectTimeout: count('connectTimeout'),
  },
  check(settings, { report }) {
    if (settings.success === 'status') {
      needs(report, settings, ['condition'], 'A status of your own needs it');
    }
  },
});
