/**
 * What a layer stands on. Two layers that share a fate fail together when that part fails; to the
 * router these are opaque labels.
 */
export type Fate = 'mcp-edge' | 'management-api' | 'storage-api' | 'rest-api' | 'postgres';
