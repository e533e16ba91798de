import type { WrittenPlan } from './plan';

const number = (name: string) => ({ name, kind: 'numeric' as const, from: { field: name } });

/**
 * Who leaves: customers of `shop.customer` (one row a customer with the instant up to which anything may be known, and what
 * became of it), and their calls to the service. A copy of it is the beginning of a model of one's own.
 *
 * @public
 */
export const customerChurn: WrittenPlan = {
  name: 'customer-churn',
  owner: 'group:default/data-platform',
  description: 'Which customers leave.',
  data: {
    entities: { table: 'shop.customer', key: 'customer_id', cutOff: 'cut_off', label: 'churn' },
    events: [{ table: 'shop.service_call', key: 'customer_id', time: 'at' }],
    query: `
      select customer.*, (
        select count(*) from service_call where service_call.customer_id = customer.customer_id
      ) as service_calls
      from customer`,
  },
  positive: 'yes',
  features: [
    ...[
      ...['account_length', 'number_vmail_messages', 'service_calls'],
      ...['total_day_minutes', 'total_day_calls', 'total_day_charge'],
      ...['total_eve_minutes', 'total_eve_calls', 'total_eve_charge'],
      ...['total_night_minutes', 'total_night_calls', 'total_night_charge'],
      ...['total_intl_minutes', 'total_intl_calls', 'total_intl_charge'],
    ].map(number),
    ...['state', 'international_plan', 'voice_mail_plan'].map(name => ({
      name,
      kind: 'categorical' as const,
      from: { field: name },
    })),
  ],
  gates: { segments: { columns: ['area_code', 'international_plan'] } },
};
