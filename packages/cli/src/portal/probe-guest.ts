import axios from 'axios';

const TIMEOUT_MS = 5_000;

/**
 * Signs in as the guest. Who does so before the catalog has read whom there is belongs to nobody for as long as the
 * token counts, and sees no workflow.
 *
 * @throws while the guest would belong to nobody.
 */
export async function probeGuest(url: string): Promise<void> {
  const settings = { timeout: TIMEOUT_MS, proxy: false } as const;
  const { data: signedIn } = await axios.get<{ backstageIdentity: { token: string } }>(
    `${url}/api/auth/guest/refresh`,
    settings,
  );
  const { data: user } = await axios.get<{ claims: { ent?: readonly string[] } }>(
    `${url}/api/auth/v1/userinfo`,
    { ...settings, headers: { Authorization: `Bearer ${signedIn.backstageIdentity.token}` } },
  );
  if (!user.claims.ent?.some(ref => ref.startsWith('group:'))) {
    throw new Error("the catalog has not read the demonstration's people yet");
  }
}
