import type { Method } from '../call.js';

/** A key that clients may hold. */
export interface PublishableKey {
  readonly name: string;
  readonly apiKey: string;
  readonly type: string;
}

/** A table and what it holds. */
export interface TableSummary {
  readonly schema: string;
  readonly name: string;
  readonly rowLevelSecurity: boolean;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** An extension the database offers. */
export interface Extension {
  readonly name: string;
  readonly defaultVersion: string | null;
  /** Null when it is not installed. */
  readonly installedVersion: string | null;
}

/** The project itself. */
export interface ProjectPort {
  readonly url: Method<Record<never, never>, { readonly url: string }>;
  readonly keys: Method<Record<never, never>, readonly PublishableKey[]>;
  readonly logs: Method<{ readonly sql: string; readonly from?: string; readonly to?: string }, readonly unknown[]>;
  readonly advisors: Method<{ readonly type: 'security' | 'performance' }, readonly unknown[]>;
  readonly types: Method<Record<never, never>, { readonly typescript: string }>;
  readonly tables: Method<{ readonly schemas?: readonly string[] }, readonly TableSummary[]>;
  readonly extensions: Method<Record<never, never>, readonly Extension[]>;
}
