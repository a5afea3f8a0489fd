import { setFlagsFromString } from 'node:v8';

// For commands that go over millions of items with a handful in hand. Left alone, V8 lets garbage pile up to four times
// what is in use before it collects: the longer the run, the larger the process. Read at every collection; import it first.
setFlagsFromString('--heap-growing-percent=50');
