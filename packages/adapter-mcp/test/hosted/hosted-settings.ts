import { z } from 'zod';

const settings = z.object({
  SUPABASE_URL: z.url(),
  SUPABASE_SERVICE_ROLE_KEY: z.string().min(1),
  SUPABASE_ACCESS_TOKEN: z.string().min(1),
  SUPABASE_PROJECT_REF: z.string().min(1),
  SUPABASE_API_URL: z.url().default('https://api.supabase.com'),
  // Between two cases, so that a minute's requests are not used up.
  SUPABASE_TEST_PAUSE_MS: z.coerce.number().min(0).default(15_000),
});

/** The real project of the environment. Throws, naming the variable, when it is not described. */
export const readHostedSettings = (): z.infer<typeof settings> => settings.parse(process.env);
