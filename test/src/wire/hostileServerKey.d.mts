/** The key of the certificate `hostileServer.pem`. */
export declare const key: string
