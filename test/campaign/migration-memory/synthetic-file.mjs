/** The file that lies under every key. */
export const FILE = Buffer.alloc(10_000, 'certificate');
export const KEY = 'pdf/2024/05/00000000-0000-4000-8000-000000000000.pdf';
