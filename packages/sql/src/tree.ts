/** A node of a syntax tree: JSON whose shape the guards read. */
export type TreeNode = Readonly<Record<string, unknown>>;

/** Whether a part of a syntax tree has members. */
export const isTreeNode = (value: unknown): value is TreeNode =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A member that is a node itself. */
export function childOf(node: unknown, name: string): TreeNode | undefined {
  const child = isTreeNode(node) ? node[name] : undefined;
  return isTreeNode(child) ? child : undefined;
}

/** A member that is a list. */
export function listOf(node: unknown, name: string): readonly unknown[] {
  const list: unknown = isTreeNode(node) ? node[name] : undefined;
  return Array.isArray(list) ? list : [];
}

/** Every member of every node, as `[name, value]`. Without recursion: a chain of operators is a very deep tree. */
export function* membersOf(tree: unknown): Generator<readonly [name: string, value: unknown]> {
  const open: unknown[] = [tree];
  while (open.length > 0) {
    const value = open.pop();
    if (Array.isArray(value)) for (const item of value) open.push(item);
    if (!isTreeNode(value)) continue;
    for (const member of Object.entries(value)) {
      yield member;
      open.push(member[1]);
    }
  }
}
