import type { ObjectRow } from '../../state/object-row.js';
import type { Fetched } from './fetch.js';

/** A file that was fetched whole. */
export interface Arrival {
  row: ObjectRow;
  fetched: Fetched;
  /** It is in its place already. */
  inPlace: boolean;
}

export interface Placed extends Arrival {
  /** Below the bucket's folder. */
  path: string;
  /** Of the file at its place, milliseconds. */
  fileChanged: number;
}
