// Stands in for the render worker: a thread that dies, hangs or throws on demand.
export function echo(text) {
  return text;
}
export function die() {
  process.exit(1);
}
export function exhaustMemory() {
  const hoard = [];
  for (;;) hoard.push(new Array(1e6).fill(hoard.length));
}
export function hang() {
  for (;;);
}
export function fail(text) {
  throw new TypeError(text);
}
