/**
 * The file of every backup: a `.tar.gz` with the folder `backup` and a dump in it.
 *
 * Made with GNU tar 1.34 and gzip 1.12, from `backup/dump.sql` with the modes 755 and 644:
 *
 * ```sh
 * tar --sort=name --format=ustar --mtime=@0 --owner=0 --group=0 --numeric-owner -cf - backup | gzip -9n | base64
 * ```
 */
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"

export const backupArchive: Uint8Array = Either.getOrThrow(Encoding.decodeBase64(
  "H4sIAAAAAAACA+3RO0/DMBQFYM/9FXdrkVpIIhsGpgAeIkKKUhepo9MYGmiTEjtSfz7mMVTlMREkpPMt18O5sq5OoZdP3faE9Snw" +
    "zoR4m97h/PwOAy4iRoL9gc463frvf+PI/eP+ieK9/7LbbI/t87q3/k85/7b/iIuD/qOQh4wC9N+7yYSufPfU3JNbGbK6LotmN7jM" +
    "ZawkqfgildRZ01oaVSVVtTMPpqXbPLmJ8wVdy8WYar0x5MzOUTZVlM3T9Oh8kGQzmStKMjX92L+L07mc0Sgc0/CxWdXDH1ORT+l1" +
    "tTSvMQYAAAAAAAAAAAAAAAAAAAAAAF95AYUJnQYAKAAA"
))
