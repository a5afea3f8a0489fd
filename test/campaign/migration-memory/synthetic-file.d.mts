export const FILE: Buffer;
