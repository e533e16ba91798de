import type { FlightEvent } from './flights';

/** What can be made wrong with the stream, for somebody to see what the checker says. @public */
export const FLIGHT_FAULTS = [
  'schema',
  'duplicates',
  'nulls',
  'shift',
  'garbage',
  'silence',
] as const;

/** @public */
export type FlightFault = (typeof FLIGHT_FAULTS)[number];

/** The messages that come of an event while a fault is on: none, one or two. @public */
export function withFault(event: FlightEvent, fault: FlightFault | undefined): readonly string[] {
  const good = JSON.stringify(event);
  const made: Readonly<Record<FlightFault, () => readonly string[]>> = {
    schema: () => [JSON.stringify({ ...event, distance: -1 })],
    duplicates: () => [good, good],
    nulls: () => [JSON.stringify({ ...event, air_time: null })],
    shift: () => [JSON.stringify({ ...event, dep_delay: (event.dep_delay ?? 0) + 60 })],
    garbage: () => [good.slice(0, good.length / 2)],
    silence: () => [],
  };
  return fault ? made[fault]() : [good];
}
