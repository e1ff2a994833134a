import type { SingleStatement } from './single-statement.js';
import { childOf, listOf, type TreeNode } from './tree.js';

/** The types of the columns of a statement that gives rows without being a query; undefined for every other. */
export function toldColumns({ type, node }: SingleStatement): readonly string[] | undefined {
  if (type === 'ExplainStmt') return [planType(node)];
  if (type === 'VariableShowStmt')
    return String(node['name']).toLowerCase() === 'all' ? ['text', 'text', 'text'] : ['text'];
  return undefined;
}

/** Of an option that is given twice the last one counts. */
function planType(explain: TreeNode): string {
  const formats = listOf(explain, 'options').flatMap((option) => {
    const element = childOf(option, 'DefElem');
    return element?.['defname'] === 'format' ? [childOf(childOf(element, 'arg'), 'String')?.['sval']] : [];
  });
  const format = formats.at(-1);
  return format === 'json' || format === 'xml' ? format : 'text';
}
