// A real OpenID provider for the tests: any name is let in, and the name is the subject. Speaks on 127.0.0.1 only.
// node provider.mjs PORT REDIRECT_URI CLIENT_SECRET
import { randomBytes } from 'node:crypto';
import { Provider } from 'oidc-provider';

const [port, redirect, secret] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;
const provider = new Provider(issuer, {
  clients: [{
    client_id: 'inkarta',
    client_secret: secret,
    redirect_uris: [redirect],
    post_logout_redirect_uris: [redirect],
    grant_types: ['authorization_code'],
    response_types: ['code'],
  }],
  cookies: { keys: ['only-for-tests'] },
  pkce: { required: () => true },
  // A provider that tells more than it was asked for, as some do.
  conformIdTokenClaims: false,
  claims: { openid: ['sub', 'email', 'name', 'role', 'roles', 'groups'] },
  async findAccount(_, sub) {
    const told = { sub, email: `${sub}@region.example`, name: `Name of ${sub}`, role: 'admin', roles: ['admin'] };
    const groups = sub === 'long' ? Array.from({ length: 200 }, () => randomBytes(16).toString('hex')) : [];
    return { accountId: sub, claims: async () => ({ ...told, groups }) };
  },
});
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
