test('exports exactly these names', async () => {
  expect(Object.keys(await import('./index.js')).sort()).toMatchInlineSnapshot(`
    [
      "startLocalStack",
    ]
  `);
});
