/** Of a longer text only its beginning, end and length count, so that a row of ten megabytes costs no more. */
const LONGEST = 256;

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

/** The finalizer of MurmurHash3 (Appleby, public domain): each bit of the input moves each bit of the output. */
function mixed(hash: number): number {
  let value = hash;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}

/** 32 bits of a text, evenly spread. */
export function hashText(text: string): number {
  const { length } = text;
  // Spread over all bits, so that no first character makes up for another length.
  let hash = Math.imul(length + 1, 0x9e3779b1);
  const first = length <= LONGEST ? length : LONGEST / 2;
  for (let at = 0; at < first; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  for (let at = Math.max(first, length - LONGEST / 2); at < length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  return mixed(hash);
}

/** 32 bits of a number, evenly spread; 0 and -0 are the same. */
export function hashNumber(value: number): number {
  double[0] = value + 0;
  return mixed(Math.imul(mixed(halves[0]!), 0x27d4eb2f) ^ halves[1]!);
}
