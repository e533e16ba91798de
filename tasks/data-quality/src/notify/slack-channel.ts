import { registerSecret } from '@dolphinstage/common';
import type { AlertEvent } from '../judge/alert';
import { bareMessage, slackMessage, type SlackMessage } from './slack-message';

/** How a try to tell people ended. */
export type Delivery =
  | { readonly outcome: 'sent' }
  /** Certainly nobody was told. */
  | { readonly outcome: 'refused'; readonly why: string; readonly retryMs?: number }
  /** It may have arrived. */
  | { readonly outcome: 'unknown'; readonly why: string };

/** Where people are told of alerts. */
export interface Channel {
  readonly name: string;
  /** @param doubtful - true where an earlier try may have arrived. */
  send(events: readonly AlertEvent[], doubtful: boolean): Promise<Delivery>;
}

const TIMEOUT_MS = 5_000;
/** Who asks to be left alone for longer is asked again after an hour all the same. */
const LONGEST_RETRY_MS = 3_600_000;
/** The message is none to Slack. Source: docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
const NOT_TAKEN = 400;
/** A gateway's: what is behind it may have taken the message. */
const PASSED_ON = [502, 504];
/** Errors that come before a connection is there. */
const NOT_CONNECTED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/**
 * Slack's incoming webhook.
 *
 * @param url - a secret: who has it can write to the channel.
 */
export function slackChannel(url: string): Channel {
  registerSecret(new URL(url).pathname);
  return {
    name: 'slack',
    async send(events, doubtful) {
      const { default: axios } = require('axios') as typeof import('axios');
      const post = (message: SlackMessage) =>
        axios.post(url, message, {
          timeout: TIMEOUT_MS,
          maxRedirects: 0,
          proxy: false,
          responseType: 'text',
          validateStatus: () => true,
        });
      try {
        let answer = await post(slackMessage(events, doubtful));
        // It would be refused again and again, and all that come after it would wait.
        if (answer.status === NOT_TAKEN) answer = await post(bareMessage(events));
        const { status, headers, data } = answer;
        if (status >= 200 && status < 300) return { outcome: 'sent' };
        const why = `Slack answers ${status} ${String(data).slice(0, 100)}`;
        if (PASSED_ON.includes(status)) return { outcome: 'unknown', why };
        const seconds = Number(headers['retry-after']);
        return {
          outcome: 'refused',
          why,
          ...(seconds > 0 ? { retryMs: Math.min(LONGEST_RETRY_MS, seconds * 1000) } : {}),
        };
      } catch (error) {
        const code = String((error as { code?: unknown }).code ?? 'an error');
        const why = `Slack can't be reached (${code})`;
        return { outcome: NOT_CONNECTED.includes(code) ? 'refused' : 'unknown', why };
      }
    },
  };
}
