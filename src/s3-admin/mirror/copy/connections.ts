import { type ConnectionOptions, HttpConnection, type Receiver } from './http-connection.js';

/** How long a connection waits for its next request, milliseconds: less than servers do, so that they don't hang up first. */
const REST_MS = 4_000;

/** The connections of a run, each reused while there are requests. */
export class Connections {
  private readonly open = new Map<HttpConnection, string>();
  private readonly resting: HttpConnection[] = [];

  constructor(private readonly options: ConnectionOptions) {}

  /** See {@link HttpConnection.send}. As many go at once as are called for. */
  async send(origin: URL, head: string, isHead: boolean, receiver: Receiver): Promise<void> {
    const connection = this.take(origin);
    try {
      await connection.send(head, isHead, receiver);
    } finally {
      if (connection.isOpen) {
        connection.rest(REST_MS);
        this.resting.push(connection);
      } else this.open.delete(connection);
    }
  }

  close(): void {
    for (const connection of this.open.keys()) connection.close();
  }

  private take(origin: URL): HttpConnection {
    for (let i = this.resting.length - 1; i >= 0; i--) {
      const connection = this.resting[i] as HttpConnection;
      if (connection.isOpen && this.open.get(connection) !== origin.origin) continue;
      this.resting.splice(i, 1);
      if (connection.isOpen) return connection;
      this.open.delete(connection);
    }
    const connection = new HttpConnection(origin, this.options);
    this.open.set(connection, origin.origin);
    return connection;
  }
}
