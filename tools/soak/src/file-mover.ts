import { createSupabaseLayer, sourceFromFile, targetToFile } from '@hybrid-supabase/adapter-supabase';
import { createHybrid } from '@hybrid-supabase/routing-policy';

const [way, url = '', key = '', bucket = '', path = '', file = '', stateDirectory = ''] = process.argv.slice(2);
const hybrid = createHybrid({ layers: [createSupabaseLayer({ url, key, stateDirectory })] });

const move = async (): Promise<string | undefined> => {
  if (way === 'down') {
    const got = await hybrid.files.download({ bucket, path, to: targetToFile(file) });
    return got.isErr() ? got.error.message : undefined;
  }
  const body = await sourceFromFile(file);
  if (body.isErr()) return body.error.message;
  const sent = await hybrid.files.upload({ bucket, path, body: body.value });
  // An earlier run may have been killed after its last byte: the parent compares what is there.
  return sent.isErr() && sent.error.kind !== 'conflict' ? sent.error.message : undefined;
};

const failure = await move();
await hybrid.close();
if (failure !== undefined) {
  process.stderr.write(`${failure}\n`);
  process.exitCode = 1;
}
