import { installSql, installStatus, installStatusQuery, installVersion } from '@hybrid-supabase/sql';
import type { Door } from '../door.js';
import type { Journal } from '../tour/journal.js';

/** Brings the schema `hybrid` up to date by a migration; sends nothing more where it is current. */
export const installDoor = async (hybrid: Door, journal: Journal): Promise<void> => {
  const found = await journal.must(
    { operation: 'sql.read', about: 'is the schema hybrid there?', say: installStatus },
    () => hybrid.sql.read(installStatusQuery),
  );
  if (found === undefined || installStatus(found) === 'current') return;
  const name = `hybrid_install_${installVersion}`;
  await journal.must({ operation: 'migrations.apply', about: name, say: () => 'schema hybrid is there' }, () =>
    hybrid.migrations.apply({ name, query: installSql }),
  );
};
