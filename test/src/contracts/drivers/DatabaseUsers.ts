import { DatabaseUsers, layer } from "@effect-scalingo/core/DatabaseUsers"
import { driver } from "../driver.js"

const database = { app: "app", addonId: "databaseId" }

export default driver("DatabaseUsers", DatabaseUsers, layer, {
  list: (users) => users.list(database),
  create: {
    send: (users) => users.create(database, { name: "my-user", read_only: false }),
    body: {
      database_user: {
        database_id: "databaseId",
        name: "my-user",
        read_only: false,
        password: null,
        password_confirmation: null
      }
    },
    because: "the library fills in the id of the database"
  },
  update: {
    send: (users) => users.update(database, "username", { password: "K_gaef6ripo7Ao4Uaxai6Kiey" }),
    body: {
      database_user: {
        database_id: "databaseId",
        password: "K_gaef6ripo7Ao4Uaxai6Kiey",
        password_confirmation: "K_gaef6ripo7Ao4Uaxai6Kiey"
      }
    },
    response: {
      json: {
        database_user: {
          name: "username",
          read_only: false,
          protected: false,
          dbms_attributes: { password_encryption: "SCRAM-SHA-256" }
        }
      }
    },
    because: "the library fills in the id of the database"
  },
  resetPassword: (users) => users.resetPassword(database, "username"),
  delete: (users) => users.delete(database, "username")
})
