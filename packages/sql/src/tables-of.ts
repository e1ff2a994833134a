import type { SingleStatement } from './single-statement.js';
import { childOf, isTreeNode, listOf, type TreeNode } from './tree.js';

/** Tables by what a statement does with them; names as written, sorted, each once. */
export interface TablesOfStatement {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

type Names = ReadonlySet<string>;
interface Found {
  readonly reads: Set<string>;
  readonly writes: Set<string>;
}

/** The members of each kind of node that name what is written; `alsoReads` where the old rows matter. */
const targets: Readonly<Record<string, { readonly member: string; readonly alsoReads: boolean }>> = {
  InsertStmt: { member: 'relation', alsoReads: false },
  UpdateStmt: { member: 'relation', alsoReads: true },
  DeleteStmt: { member: 'relation', alsoReads: true },
  MergeStmt: { member: 'relation', alsoReads: true },
  TruncateStmt: { member: 'relations', alsoReads: false },
};

/** Kinds whose every table, outside of these targets, is only read. */
const readers = new Set(['SelectStmt', 'ExplainStmt', 'DeclareCursorStmt', 'PrepareStmt', ...Object.keys(targets)]);

/** Finds tables in a tree. A name that stands for a part of a `with` there is no table. */
export const tablesOf = ({ type, node }: SingleStatement): TablesOfStatement => {
  const found: Found = { reads: new Set(), writes: new Set() };
  const isReader = readers.has(type) || (type === 'CopyStmt' && node['is_from'] !== true);
  // What is no query names tables to create, alter, drop or lock; a query inside of it comes by its own node.
  visit({ [type]: node }, new Set(), found, isReader ? 'reads' : 'writes');
  if (type === 'DropStmt') for (const name of droppedNames(node)) found.writes.add(name);
  return { reads: [...found.reads].sort(), writes: [...found.writes].sort() };
};

interface Open {
  readonly value: unknown;
  readonly parts: Names;
  readonly as: keyof Found;
}

/** Without recursion: a chain of unions is a very deep tree. */
const visit = (tree: unknown, parts: Names, found: Found, as: keyof Found): void => {
  const open: Open[] = [{ value: tree, parts, as }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value } = next;
    if (Array.isArray(value)) for (const item of value) open.push({ ...next, value: item });
    if (isTreeNode(value)) open.push(...insideOf(value, next, found));
  }
};

const insideOf = (node: TreeNode, { parts, as }: Open, found: Found): readonly Open[] => {
  const scoped = new Set([...parts, ...partNames(node)]);
  return Object.entries(node).flatMap(([member, value]): readonly Open[] => {
    if (member === 'withClause') return openParts(value, parts, scoped);
    if (member === 'RangeVar' || isTableMember(value)) return addTable(value, scoped, found[as]);
    const inside = readers.has(member) ? 'reads' : as;
    if (member === 'intoClause') return addTable(childOf(value, 'rel'), new Set(), found.writes);
    const target = targets[member];
    if (target === undefined || !isTreeNode(value)) return [{ value, parts: scoped, as: inside }];
    return openTarget(value, target, { parts: scoped, as: inside, value }, found);
  });
};

/** Statements hold the table they work on as a bare member, lists and joins hold it as a `RangeVar`. */
const isTableMember = (value: unknown): boolean => isTreeNode(value) && typeof value['relname'] === 'string';

const addTable = (table: unknown, parts: Names, names: Set<string>): readonly Open[] => {
  const { schemaname: schema, relname: name } = isTreeNode(table) ? table : {};
  if (typeof name !== 'string') return [];
  if (typeof schema === 'string') names.add(`${schema}.${name}`);
  else if (!parts.has(name)) names.add(name);
  return [];
};

const openTarget = (
  statement: TreeNode,
  { member, alsoReads }: { readonly member: string; readonly alsoReads: boolean },
  open: Open,
  found: Found,
): readonly Open[] => {
  const { [member]: written, ...others } = statement;
  const tables = Array.isArray(written) ? written.map((item) => childOf(item, 'RangeVar')) : [written];
  for (const table of tables) {
    // A part of a with cannot be written, so the name is a table's even when a part has the same.
    addTable(table, new Set(), found.writes);
    if (alsoReads) addTable(table, new Set(), found.reads);
  }
  return [{ ...open, value: others }];
};

const partNames = (node: TreeNode): readonly string[] =>
  listOf(childOf(node, 'withClause'), 'ctes').flatMap((part) => {
    const name = childOf(part, 'CommonTableExpr')?.['ctename'];
    return typeof name === 'string' ? [name] : [];
  });

/** A part sees the parts before it, and with `recursive` all of them. */
const openParts = (clause: unknown, outer: Names, all: Names): readonly Open[] => {
  const isRecursive = isTreeNode(clause) && clause['recursive'] === true;
  const seen = new Set(outer);
  return listOf(clause, 'ctes').map((part) => {
    const parts = isRecursive ? all : new Set(seen);
    const name = childOf(part, 'CommonTableExpr')?.['ctename'];
    if (typeof name === 'string') seen.add(name);
    return { value: part, parts, as: 'reads' };
  });
};

const droppedNames = (node: TreeNode): readonly string[] =>
  listOf(node, 'objects').flatMap((object) => {
    const names = listOf(childOf(object, 'List'), 'items').map((item) => childOf(item, 'String')?.['sval']);
    return names.length > 0 && names.every((name) => typeof name === 'string') ? [names.join('.')] : [];
  });
