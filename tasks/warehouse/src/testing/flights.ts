import type { Connection } from 'mysql2/promise';

/** The transaction log's table, as its owner made it. @public */
export const FLIGHTS_TABLE = `create table flights (
  id bigint auto_increment primary key,
  year int, month int, day int, dep_time int, sched_dep_time int, dep_delay int, arr_time int,
  sched_arr_time int, arr_delay int, carrier varchar(10), flight int, tailnum mediumtext,
  origin varchar(10), dest varchar(10), air_time int, distance int, hour int, minute int,
  time_hour datetime
) character set utf8mb4`;

/** Values that only look like null, and bytes that COPY text must escape. @public */
export const NASTY_TEXT = ['', '\\N', 'a\tb', 'a\nb\r\n', '\\', '\'"', '😀é', ' x '];

/** A row of the table. @public */
export interface Flight {
  day?: number | null;
  month?: number;
  carrier?: string;
  tailnum?: string | null;
  dep_delay?: number | null;
  arr_delay?: number | null;
  origin?: string;
}

/** Appends flights; every seventh is cancelled. @public */
export async function addFlights(
  connection: Connection,
  count: number,
  flight: (index: number) => Flight = () => ({}),
): Promise<void> {
  for (let done = 0; done < count; done += 1000) {
    const rows = Array.from({ length: Math.min(1000, count - done) }, (_, offset) => {
      const index = done + offset;
      const cancelled = index % 7 === 6;
      const base = {
        month: 1 + (index % 12),
        day: (1 + (index % 28)) as number | null,
        carrier: index % 2 ? 'UA' : 'AA',
        tailnum: `N${index % 50}` as string | null,
        dep_delay: cancelled ? null : (index % 40) - 10,
        arr_delay: cancelled ? null : (index % 60) - 20,
        origin: index % 3 ? 'JFK' : 'EWR',
        ...flight(index),
      };
      return [
        2013,
        base.month,
        base.day,
        cancelled ? null : 600,
        600,
        base.dep_delay,
        cancelled ? null : 800,
        800,
        base.arr_delay,
        base.carrier,
        index,
        base.tailnum,
        base.origin,
        'LAX',
        cancelled ? null : 120,
        900,
        6,
        0,
        '2013-01-01 06:00:00',
      ];
    });
    await connection.query(
      `insert into flights (year, month, day, dep_time, sched_dep_time, dep_delay, arr_time,
        sched_arr_time, arr_delay, carrier, flight, tailnum, origin, dest, air_time, distance, hour,
        minute, time_hour) values ?`,
      [rows],
    );
  }
}
