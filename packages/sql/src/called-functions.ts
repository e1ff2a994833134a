import { childOf, isTreeNode, listOf, membersOf } from './tree.js';

/** The names, without their schemas, of all functions that a tree calls in the form `name(…)`. */
export const calledFunctions = (tree: unknown): readonly string[] =>
  [...membersOf(tree)].flatMap(([member, call]) => {
    if (member !== 'FuncCall' || !isTreeNode(call)) return [];
    const name = childOf(listOf(call, 'funcname').at(-1), 'String')?.['sval'];
    return typeof name === 'string' ? [name] : [];
  });
