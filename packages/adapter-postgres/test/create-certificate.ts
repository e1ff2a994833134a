import { generateKeyPairSync, sign } from 'node:crypto';

/** A certificate that nobody else vouches for, and its key; both as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate for 127.0.0.1, signed by itself. */
export const createCertificate = (): Certificate => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(element(0x31, sequence(commonName, element(0x0c, Buffer.from('a test')))));
  const body = sequence(
    element(0xa0, element(0x02, Buffer.from([2]))),
    element(0x02, Buffer.from([1])),
    signedBySha256,
    name,
    sequence(element(0x17, Buffer.from('200101000000Z')), element(0x17, Buffer.from('491231235959Z'))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    element(0xa3, sequence(sequence(otherNames, element(0x04, sequence(element(0x87, Buffer.from([127, 0, 0, 1]))))))),
  );
  const signature = element(0x03, Buffer.from([0]), sign('sha256', body, privateKey));
  return {
    cert: pem(sequence(body, signedBySha256, signature)),
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  };
};

/** An element of DER: a tag, a length and the content. */
const element = (tag: number, ...content: readonly Buffer[]): Buffer => {
  const bytes = Buffer.concat(content);
  const long = [bytes.length >> 8, bytes.length & 0xff];
  const length = bytes.length < 128 ? [bytes.length] : [0x82, ...long];
  return Buffer.concat([Buffer.from([tag, ...length]), bytes]);
};
const sequence = (...content: readonly Buffer[]): Buffer => element(0x30, ...content);
const identifier = (hex: string): Buffer => element(0x06, Buffer.from(hex, 'hex'));

const commonName = identifier('550403');
const otherNames = identifier('551d11');
const signedBySha256 = sequence(identifier('2a8648ce3d040302'));

const pem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
