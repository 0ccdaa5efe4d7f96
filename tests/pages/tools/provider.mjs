// A provider of identities on a free port of the loopback address, for tests: node provider.mjs TOOLS CLIENT SECRET REDIRECT PEOPLE
// It prints its address as `issuer URL`. Signing in is choosing one of the people.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [tools, client, secret, redirect, given] = process.argv.slice(2);
const found = createRequire(`${tools}/`).resolve('oidc-provider');
const { Provider } = await import(pathToFileURL(found));
const people = JSON.parse(given);

const configuration = {
  clients: [{
    client_id: client,
    client_secret: secret,
    redirect_uris: [redirect],
    response_types: ['code'],
    grant_types: ['authorization_code'],
  }],
  claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
  // Who somebody is stands in the identity token itself.
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  cookies: { keys: ['for tests'] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/sign-in/${interaction.uid}` },
  findAccount: (_, id) => {
    const person = people.find(({ sub }) => sub === id);
    return person && { accountId: id, claims: () => ({ email_verified: true, ...person }) };
  },
  // Nobody is asked whether the program may know who they are.
  loadExistingGrant: async ({ oidc }) => {
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.account.accountId });
    grant.addOIDCScope(oidc.params.scope);
    await grant.save();
    return grant;
  },
};

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration);
  provider.on('server_error', (_, error) => console.error(error));
  const serve = provider.callback();
  server.on('request', async (request, response) => {
    const path = new URL(request.url, issuer).pathname;
    if (!path.startsWith('/sign-in/')) return serve(request, response);
    const accountId = people.map(({ sub }) => sub).find((sub) => path.endsWith(`/${sub}`));
    if (accountId) return provider.interactionFinished(request, response, { login: { accountId } });
    const links = people.map(({ sub, name }) => `<li><a href="${path}/${sub}">${name}</a></li>`);
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><title>Identities</title><ul>${links.join('')}</ul>`);
  });
  console.log(`issuer ${issuer}`);
});
