/** Database roles of a Supabase project, weakest first: what a layer may do at most. */
export const roles = ['anon', 'authenticated', 'service_role', 'postgres'] as const;

/** One of {@link roles}. */
export type Role = (typeof roles)[number];

/** With whose rights a layer works. A fallback never gains authority unless the policy says so. */
export interface Authority {
  readonly role: Role;
  readonly readOnly: boolean;
}

/** Whether `other` may do something that `own` may not. */
export const raisesAuthority = (own: Authority, other: Authority): boolean =>
  roles.indexOf(other.role) > roles.indexOf(own.role) || (own.readOnly && !other.readOnly);
