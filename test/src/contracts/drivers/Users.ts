import { layer, Users } from "@effect-scalingo/core/Users"
import { driver } from "../driver.js"

/** A user as the auth API shows it. */
const user = {
  id: "us-d13d3065-e7fa-4b1a-827a-ce1c92415f9c",
  created_at: "2016-06-02T17:07:39.000Z",
  email: "documentation@scalingo.com",
  username: "doc-account",
  uuid: "us-d13d3065-e7fa-4b1a-827a-ce1c92415f9c",
  company: "Scalingo",
  location: "Strasbourg",
  fullname: "Étienne Michon",
  role: "developer",
  tos_accepted: true,
  flags: { beta: true },
  limits: { free_trial_apps: "10", apps: 100 },
  referral_url: "https://sclng.io/r/81e5168dadc0bfe0",
  referral_clicks: 23,
  free_trial_started_at: "2016-06-02T17:07:39.000Z",
  free_trial_end_time: "2016-07-02T23:07:00.000Z",
  suspended_at: null,
  suspension_reason: null,
  email_newsletter: false,
  github: {
    username: "doc",
    email: "documentation@scalingo.com",
    avatar_url: "https://avatars.githubusercontent.com/u/1",
    profile_url: "https://github.com/doc"
  },
  profile_valid: true,
  confirmed: true,
  unconfirmed_email: null,
  preferences: {
    time_zone: "Europe/Paris",
    locale: null,
    stream_logs: true,
    sticky_search: false,
    app_sort_key: "name",
    theme: null,
    logs_font_size: null
  },
  contracts: { tos: true },
  new_contracts: {}
}

export default driver("Users", Users, layer, {
  self: (users) => users.self,
  selfAuth: { send: (users) => users.selfAuth, response: { json: { user } } },
  update: (users) => users.update("userId", { email: "new-documentation@scalingo.com" }),
  updateAccount: {
    send: (users) =>
      users.updateAccount({
        email: "new-documentation@scalingo.com",
        username: "doc",
        company: "Scalingo",
        location: "Strasbourg",
        fullname: "Étienne Michon",
        tos_accepted: true,
        email_newsletter: false,
        password: "correct horse",
        password_confirmation: "correct horse",
        current_password: "hunter2"
      }),
    body: {
      user: {
        email: "new-documentation@scalingo.com",
        username: "doc",
        company: "Scalingo",
        location: "Strasbourg",
        fullname: "Étienne Michon",
        tos_accepted: true,
        email_newsletter: false,
        password: "correct horse",
        password_confirmation: "correct horse",
        current_password: "hunter2"
      }
    },
    response: { json: { user } }
  },
  updateProfile: {
    send: (users) => users.updateProfile({ email: "new-documentation@scalingo.com", password: "correct horse" }),
    body: { user: { email: "new-documentation@scalingo.com", password: "correct horse" } },
    response: { json: { user } }
  },
  usage: (users) => users.usage({ from: "2020-10-01", to: "2020-11-01" }),
  delete: (users) => users.delete,
  stopFreeTrial: (users) => users.stopFreeTrial,
  requestDeletion: (users) => users.requestDeletion,
  confirmDeletion: {
    send: (users) => users.confirmDeletion("deletionId", { token: "abc", reason: "other", details: null }),
    body: { deletion: { token: "abc", reason: "other", details: null } }
  },
  listRoles: { send: (users) => users.listRoles, response: { json: { roles: ["developer", "cto"] } } },
  signUp: {
    send: (users) => users.signUp({ email: "john@example.com", password: "hunter2" }),
    body: { user: { email: "john@example.com", password: "hunter2" } }
  }
})
