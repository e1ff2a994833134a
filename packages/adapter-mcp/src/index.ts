export { createMcpLayer, type McpLayerOptions } from './create-mcp-layer.js';
export type { McpClient, McpRequestOptions, ToolRequest } from './mcp-client.js';
export type { McpPorts } from './mcp-ports.js';
export type { McpConnector, McpSession, StartFailure } from './mcp-session.js';
export { stdio } from './stdio.js';
export type { StdioOptions } from './stdio-options.js';
