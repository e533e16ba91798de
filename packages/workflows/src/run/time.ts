/** Seconds between start and end of a run or a task; undefined before its end. */
export function secondsTaken({
  startTime,
  endTime,
}: {
  startTime?: string;
  endTime?: string;
}): number | undefined {
  if (!startTime || !endTime) return undefined;
  return Math.max(0, parse(endTime) - parse(startTime)) / 1000;
}

/** Both in the server's zone, whichever that is: only their difference counts. */
function parse(time: string): number {
  return Date.parse(`${time.replace(' ', 'T')}Z`);
}
