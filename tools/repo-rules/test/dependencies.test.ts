import { builtinModules } from 'node:module';
import { files, manifest, projects, read } from './repository.js';

const importPattern =
  /(?:^|[\s;])(?:import|export)[^'"]*?from\s+'([^']+)'|import\('([^']+)'\)|^import\s+'([^']+)'|require(?:\.resolve)?\('([^']+)'\)/gm;
/** Declared for what they bring at run time, not for an import. */
const runtimeOnly: Readonly<Record<string, readonly string[]>> = {
  // The server's peers: other package managers than npm would not add them.
  'packages/adapter-mcp': ['@supabase/mcp-server-supabase', '@modelcontextprotocol/server', 'zod'],
  // The peer of adapter-supabase, chosen by whoever composes.
  'apps/demo': ['@supabase/supabase-js'],
  'tools/bench': ['@supabase/supabase-js'],
};

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

const importsOf = (project: string, folder: RegExp): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const file of files.filter(
    (name) =>
      name.startsWith(`${project}/`) && folder.test(name.slice(project.length + 1)) && /\.[cm]?[tj]s$/.test(name),
  )) {
    for (const match of read(file).matchAll(importPattern)) {
      const specifier = match.slice(1).find((part) => part !== undefined) ?? '';
      if (!specifier.startsWith('.') && !specifier.startsWith('node:') && !builtinModules.includes(specifier))
        names.add(packageOf(specifier));
    }
  }
  return names;
};

const own = projects.filter((project) => !project.startsWith('tools/setup') && !project.startsWith('tools/repo-rules'));

test.each(own)('%s declares what its sources import', (project) => {
  const { dependencies = {}, peerDependencies = {} } = manifest(project);
  const undeclared = [...importsOf(project, /^(src|bin)\/(?!.*\.test\.ts$)/)].filter(
    (name) => !(name in dependencies) && !(name in peerDependencies),
  );
  expect(undeclared).toEqual([]);
});

test.each(own)('%s depends on nothing that its sources do not import', (project) => {
  const imported = importsOf(project, /^(src|bin)\/(?!.*\.test\.ts$)/);
  const idle = Object.keys(manifest(project).dependencies ?? {}).filter(
    (name) => !imported.has(name) && !runtimeOnly[project]?.includes(name),
  );
  expect(idle).toEqual([]);
});

test.each(own)('%s declares what its tests import', (project) => {
  const { name: self, dependencies = {}, peerDependencies = {}, devDependencies = {} } = manifest(project);
  const root = manifest('.').devDependencies ?? {};
  const undeclared = [...importsOf(project, /^test\/|\.test\.ts$/)].filter(
    (name) =>
      name !== self &&
      !(name in dependencies) &&
      !(name in peerDependencies) &&
      !(name in devDependencies) &&
      !(name in root),
  );
  expect(undeclared).toEqual([]);
});
