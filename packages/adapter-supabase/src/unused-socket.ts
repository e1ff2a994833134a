/**
 * A WebSocket that never opens. Without a transport `createClient` throws on Node 20, and this layer has no
 * use for Realtime, so no socket library comes along.
 */
export class UnusedSocket extends EventTarget {
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  readonly readyState = 3;
  readonly protocol = '';
  readonly url: string;
  onopen = null;
  onmessage = null;
  onclose = null;
  onerror = null;

  constructor(address: string | URL) {
    super();
    this.url = String(address);
  }

  close(): void {
    return undefined;
  }

  send(): void {
    return undefined;
  }
}
