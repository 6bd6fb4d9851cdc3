/**
 * The endpoint of `Databases.get` and `DedicatedDatabases.await`.
 */
import { endpoint } from "../../client/internal/endpoint.js"
import * as Decode from "../../client/ResponseDecoder.js"
import { Database } from "../../schema/Database.js"

export const getDatabase = endpoint("Databases.get", "GET /databases/:databaseId", Decode.root("database", Database))
