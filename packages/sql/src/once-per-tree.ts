import type { SingleStatement } from './single-statement.js';
import type { TreeNode } from './tree.js';

/** What a tree says, found once for as long as the tree is kept: texts that differ only in their values share theirs. */
export const oncePerTree = <T>(find: (single: SingleStatement) => T): ((single: SingleStatement) => T) => {
  const known = new WeakMap<TreeNode, { readonly found: T }>();
  return (single) => {
    const before = known.get(single.node);
    if (before !== undefined) return before.found;
    const found = find(single);
    known.set(single.node, { found });
    return found;
  };
};
