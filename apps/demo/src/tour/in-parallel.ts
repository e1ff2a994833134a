/** Runs `work` over all items with at most `concurrency` at once; results in the order of the items. */
export const inParallel = async <Item, Output>(
  items: readonly Item[],
  concurrency: number,
  work: (item: Item, index: number) => Promise<Output>,
): Promise<readonly Output[]> => {
  const outputs = new Array<Output>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (item !== undefined) outputs[index] = await work(item, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  return outputs;
};
