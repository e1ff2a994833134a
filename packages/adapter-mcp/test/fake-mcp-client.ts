import type { BackendFault } from '@hybrid-supabase/contract-tests';
import type { McpClient, ToolRequest } from '../src/mcp-client.js';
import { toolTable } from '../src/tool-table.js';

/** A client at the vendor's edge: no server, answers by tool, and every way to fail. */
export interface FakeMcpClient extends McpClient {
  readonly requests: readonly ToolRequest[];
  break(fault: BackendFault): void;
  heal(): void;
}

/** Answers a tool call; what it gives is the reply as the SDK would give it. */
export type FakeAnswers = (request: ToolRequest) => unknown;

const toolNames = Object.entries(toolTable)
  .filter(([, { feature }]) => feature !== 'account')
  .map(([name]) => name);
const closed = () => Object.assign(new Error('MCP error -32000: Connection closed'), { code: -32000 });

interface FakeClientOptions {
  readonly answers: FakeAnswers;
  /** @default every tool of a session that is confined to one project and may write */
  readonly tools?: readonly object[];
}

export const createFakeMcpClient = ({
  answers,
  tools = toolNames.map(scopedTool),
}: FakeClientOptions): FakeMcpClient => {
  const requests: ToolRequest[] = [];
  let fault: BackendFault | undefined;
  let isClosed = false;

  const replies: { readonly [F in BackendFault]: (request: ToolRequest) => Promise<unknown> } = {
    refuses: () => Promise.reject(new Error('Not connected')),
    throws: () => {
      throw new Error('The client is broken.');
    },
    hangs: (request) => {
      requests.push(request);
      return new Promise(() => undefined);
    },
    garbles: async (request) => {
      requests.push(request);
      return { content: [{ type: 'text', text: '{"\u0000<' }] };
    },
    dies: async (request) => {
      requests.push(request);
      answers(request);
      throw closed();
    },
  };

  return {
    requests,
    break: (next) => void (fault = next),
    heal: () => void (fault = undefined),
    callTool(request) {
      if (isClosed) return replies.refuses(request);
      if (fault !== undefined) return replies[fault](request);
      requests.push(request);
      return Promise.resolve(answers(request));
    },
    listTools: async () => ({ tools }),
    close: async () => void (isClosed = true),
  };
};

function scopedTool(name: string): object {
  return { name, inputSchema: { type: 'object', properties: {} }, annotations: { readOnlyHint: false } };
}
