import { childOf, isTreeNode, listOf, membersOf } from './tree.js';

/** A call of a function, by its name without the schema. */
export interface FunctionCall {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** All calls in a tree: `name(…)`, and `(argument).name`, which calls a function where no column has the name. */
export const functionCalls = (tree: unknown): readonly FunctionCall[] =>
  [...membersOf(tree)].flatMap(([member, node]): readonly FunctionCall[] => {
    if (!isTreeNode(node)) return [];
    if (member === 'FuncCall')
      return namesIn(listOf(node, 'funcname').slice(-1)).map((name) => ({ name, args: listOf(node, 'args') }));
    if (member !== 'A_Indirection') return [];
    return namesIn(listOf(node, 'indirection')).map((name) => ({ name, args: [] }));
  });

/** The names of all functions that a tree calls. */
export const calledFunctions = (tree: unknown): readonly string[] => functionCalls(tree).map(({ name }) => name);

const namesIn = (list: readonly unknown[]): readonly string[] =>
  list.flatMap((item) => {
    const name = childOf(item, 'String')?.['sval'];
    return typeof name === 'string' ? [name] : [];
  });
