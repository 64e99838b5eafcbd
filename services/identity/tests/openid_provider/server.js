// A city's OpenID provider, for tests: whoever types a login is that person. KEYS is its key set (RFC 7517).
import { Provider } from "oidc-provider";

const port = Number(process.env.PORT);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "yima",
      client_secret: process.env.CLIENT_SECRET,
      redirect_uris: [process.env.REDIRECT],
      response_types: ["code"],
      grant_types: ["authorization_code"],
      id_token_signed_response_alg: "ES256",
    },
  ],
  jwks: JSON.parse(process.env.KEYS),
  cookies: { keys: ["for tests"] },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, email: id }) }),
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true } },
});
provider.listen(port, "127.0.0.1", () => console.log("listening"));
