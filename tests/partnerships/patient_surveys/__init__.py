"""The voice of patients: anonymous, without a cookie, shown from ten answers on."""
