import { startLocalStack } from '@hybrid-supabase/local-stack';

const [dataDirectory = '', port = '0'] = process.argv.slice(2);
const started = await startLocalStack({ dataDirectory, port: Number(port) });
if (started.isErr()) throw new Error(started.error.message);
const { url, managementUrl, projectRef, serviceRoleKey, accessToken } = started.value;
process.send?.({ url, managementUrl, projectRef, serviceRoleKey, accessToken });
process.once('disconnect', () => void started.value.stop().then(() => process.exit()));
