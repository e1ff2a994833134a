import { startLocalStack } from '@hybrid-supabase/local-stack';

const started = await startLocalStack();
if (started.isErr()) throw new Error(started.error.message);
const { url, managementUrl, projectRef, serviceRoleKey, accessToken } = started.value;
process.send?.({ url, managementUrl, projectRef, serviceRoleKey, accessToken });
process.once('disconnect', () => void started.value.stop());
