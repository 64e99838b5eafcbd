// A partner's signed statement that a service was given, with jose; and how anybody checks a token of the city's.
//
//     node dist-example/proof.js key                         a new key: the private JWK to keep, the public one to register
//     node dist-example/proof.js sign JWK CLAIMS             the statement, for `stateService`
//     node dist-example/proof.js verify KEYS-URL TOKEN       what the token says, if one of the published keys signed it
//
// CLAIMS: {"id", "orderId", "orderLineId"}, as GraphQL shows these ids. Prints one JSON line.

import { CompactSign, createRemoteJWKSet, exportJWK, generateKeyPair, importJWK, jwtVerify } from "jose";

const [command, first = "", second = ""] = process.argv.slice(2);

function tell(facts: unknown): void {
  console.log(JSON.stringify(facts));
}

switch (command) {
  case "key": {
    const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
    const jwk = await exportJWK(privateKey);
    tell({ jwk, publicKey: Buffer.from(jwk.x ?? "", "base64url").toString("base64") });
    break;
  }
  case "sign": {
    const { id, orderId, orderLineId } = JSON.parse(second) as Record<string, string>;
    const claims = { id, order_id: orderId, order_line_id: orderLineId, given_at: new Date().toISOString() };
    const signing = new CompactSign(new TextEncoder().encode(JSON.stringify(claims)));
    tell({ statement: await signing.setProtectedHeader({ alg: "EdDSA" }).sign(await importJWK(JSON.parse(first), "EdDSA")) });
    break;
  }
  case "verify": {
    const { payload, protectedHeader } = await jwtVerify(second, createRemoteJWKSet(new URL(first)));
    tell({ payload, alg: protectedHeader.alg });
    break;
  }
  default:
    throw new Error("say key, sign or verify");
}
