import { layer, TwoFactorAuth } from "@effect-scalingo/core/TwoFactorAuth"
import { driver } from "../driver.js"

const status = { uuid: "us-d13d3065-e7fa-4b1a-827a-ce1c92415f9c", enabled: false }

export default driver("TwoFactorAuth", TwoFactorAuth, layer, {
  status: { send: (tfa) => tfa.status, response: { json: { tfa: { ...status, provider: null } } } },
  initiate: {
    send: (tfa) => tfa.initiate({ provider: "totp" }),
    body: { tfa: { provider: "totp" } },
    response: {
      json: { tfa: { ...status, provider: "totp", uri: "otpauth://totp/Scalingo:doc?secret=JBSWY3DPEHPK3PXP" } }
    }
  },
  validate: {
    send: (tfa) => tfa.validate({ attempt: "012345" }),
    body: { tfa: { attempt: "012345" } },
    response: {
      json: { tfa: { codes: ["ab12-cd34", "ef56-gh78"], user: { ...status, enabled: true, provider: "totp" } } }
    }
  },
  disable: {
    send: (tfa) => tfa.disable({ attempt: "012345" }),
    body: { tfa: { attempt: "012345" } },
    response: { json: { tfa: status } }
  }
})
