const BYTES = { schema: { type: 'string', format: 'binary' } };

/** A file, as the API's documentation shows it. */
export const FILE_CONTENT = { 'application/pdf': BYTES, 'image/png': BYTES };

/** With `delivery=json`: where to fetch the file, and for how long. */
export const ADDRESS_CONTENT = {
  'application/json': {
    schema: {
      type: 'object',
      required: ['url', 'expires_in', 'expires_at'],
      properties: {
        url: { type: 'string', format: 'uri' },
        expires_in: { type: 'integer', description: 'seconds' },
        expires_at: { type: 'string', format: 'date-time' },
      },
    },
  },
};
