/**
 * The key of the certificate `hostileServer.pem`.
 */

/** A self-signed certificate for 127.0.0.1, which nothing trusts. Its key protects nothing. */
export const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgEYtLldvZ94GlPSGK
USc1TvcN5G7CP/CT1agzrPbELPihRANCAASngpgBedNV1ysWb4joQbAhVNLqxcSo
Pl/huW4/4jwBtbCLOgnU8/rtP7+O6x2yfuIVVEbK7lIZQtMCVEYEWMiV
-----END PRIVATE KEY-----`
