/** What a customer is like, as the columns of `shop.customer`; who leaves is known of it to this file alone. @public */
export interface Customer {
  readonly state: string;
  readonly area_code: string;
  readonly account_length: number;
  readonly international_plan: 'yes' | 'no';
  readonly voice_mail_plan: 'yes' | 'no';
  readonly number_vmail_messages: number;
  readonly total_day_minutes: number;
  readonly total_day_calls: number;
  readonly total_day_charge: number;
  readonly total_eve_minutes: number;
  readonly total_eve_calls: number;
  readonly total_eve_charge: number;
  readonly total_night_minutes: number;
  readonly total_night_calls: number;
  readonly total_night_charge: number;
  readonly total_intl_minutes: number;
  readonly total_intl_calls: number;
  readonly total_intl_charge: number;
}

/** What can change in the world: who leaves (`truth`), or what customers are like (`inputs`). @public */
export const DRIFTS = ['truth', 'inputs'] as const;

/** @public */
export type Drift = (typeof DRIFTS)[number];

/** When each of them sets in, in ms since 1970. @public */
export type DriftDays = Readonly<Record<Drift, number>>;

/** A customer on one day. @public */
export interface Visit {
  readonly customer: Customer;
  /** Calls to the service before the day. */
  readonly serviceCalls: number;
  /** The true probability of leaving. */
  readonly leaves: number;
}

const STATES = ['CA', 'FL', 'IL', 'NJ', 'NY', 'OH', 'TX', 'WA'];
const AREA_CODES = ['area_code_408', 'area_code_415', 'area_code_510'];
const MOST_CALLS = 9;
/** What a minute costs, by the time of day. */
const PRICES = { day: 0.17, eve: 0.085, night: 0.045, intl: 0.27 };
/** A new tariff: so much longer do they speak by day. */
const TARIFF = 1.5;

function normal(random: () => number, mean: number, deviation: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return mean + deviation * radius * Math.cos(2 * Math.PI * random());
}

const minutes = (random: () => number, mean: number, deviation: number) =>
  Math.round(Math.max(0, normal(random, mean, deviation)) * 10) / 10;

/** Poisson's distribution by Knuth's product of uniforms. */
function callsOf(random: () => number, mean: number): number {
  let calls = 0;
  for (let product = random(); product > Math.exp(-mean) && calls < MOST_CALLS; calls += 1) {
    product *= random();
  }
  return calls;
}

const charge = (spoken: number, price: number) => Math.round(spoken * price * 100) / 100;

/** Steep enough that nine of ten can be told, and not all. */
function leavesWith(
  { international_plan: abroad, voice_mail_plan: voiceMail, total_day_minutes: day }: Customer,
  serviceCalls: number,
  drifted: boolean,
): number {
  // First those leave who have to call; later, when the service has become good, those who don't know it.
  const service = drifted ? 1.6 * (1 - serviceCalls) : 1.6 * (serviceCalls - 3);
  const plan = (abroad === 'yes' ? 3.2 : 0) - (voiceMail === 'yes' ? 1.6 : 0);
  return 1 / (1 + Math.exp(-2.5 * (service + plan + 0.012 * (day - 190))));
}

/**
 * A customer of a day, and the truth about them.
 *
 * @param random - numbers from 0 up to and without 1.
 * @param at - the day, in ms since 1970: what has set in by then holds.
 * @public
 */
export function visit(random: () => number, at: number, drifts: DriftDays): Visit {
  const pick = (values: readonly string[]) => values[Math.floor(random() * values.length)]!;
  const day = minutes(random, 180, 54) * (at >= drifts.inputs ? TARIFF : 1);
  const [eve, night, intl] = [
    minutes(random, 200, 50),
    minutes(random, 200, 50),
    minutes(random, 10, 2.8),
  ];
  const voiceMail = random() < 0.27;
  const customer: Customer = {
    state: pick(STATES),
    area_code: pick(AREA_CODES),
    account_length: Math.round(Math.max(1, normal(random, 100, 40))),
    international_plan: random() < 0.1 ? 'yes' : 'no',
    voice_mail_plan: voiceMail ? 'yes' : 'no',
    number_vmail_messages: voiceMail ? Math.round(Math.max(1, normal(random, 29, 7))) : 0,
    total_day_minutes: day,
    total_day_calls: Math.round(Math.max(0, normal(random, 100, 20))),
    total_day_charge: charge(day, PRICES.day),
    total_eve_minutes: eve,
    total_eve_calls: Math.round(Math.max(0, normal(random, 100, 20))),
    total_eve_charge: charge(eve, PRICES.eve),
    total_night_minutes: night,
    total_night_calls: Math.round(Math.max(0, normal(random, 100, 20))),
    total_night_charge: charge(night, PRICES.night),
    total_intl_minutes: intl,
    total_intl_calls: callsOf(random, 4),
    total_intl_charge: charge(intl, PRICES.intl),
  };
  const serviceCalls = callsOf(random, 1.6);
  return { customer, serviceCalls, leaves: leavesWith(customer, serviceCalls, at >= drifts.truth) };
}
