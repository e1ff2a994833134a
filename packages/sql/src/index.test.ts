test('the package gives exactly these names', async () => {
  expect(Object.keys(await import('./index.js')).sort()).toMatchInlineSnapshot(`
   [
     "__esModule",
     "checkMigration",
     "createBucketsPort",
     "createMigrationText",
     "createPoliciesPort",
     "createSqlPort",
     "default",
     "digestOf",
     "installSql",
     "installStatus",
     "installStatusQuery",
     "installVersion",
     "maxRequestBytes",
     "maxResultCharacters",
     "module.exports",
     "requestArguments",
     "requestText",
     "sql",
     "sqlErrorOf",
     "sqlSemantics",
     "timeLeftMs",
     "uninstallSql",
   ]
  `);
});
