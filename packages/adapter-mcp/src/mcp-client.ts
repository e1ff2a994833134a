/** What one tool call carries. */
export interface ToolRequest {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** W3C trace context travels here. */
  readonly _meta?: Readonly<Record<string, unknown>>;
}

/** What we ask of the client for one request. */
export interface McpRequestOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds after which the client itself gives up; always later than the call's own deadline. */
  readonly timeout?: number;
}

/** The part of the MCP SDK's `Client` that this package uses; anything of this shape will do. */
export interface McpClient {
  /** May reject and may throw; the reply is not trusted to have any shape. */
  callTool(params: ToolRequest, resultSchema?: undefined, options?: McpRequestOptions): Promise<unknown>;
  listTools(params?: Record<string, never>, options?: McpRequestOptions): Promise<unknown>;
  close(): Promise<void>;
}
