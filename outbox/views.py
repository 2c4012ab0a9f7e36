"""The page linked from the footer of a mail; it works without signing in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from outbox import forms, preferences


@login_not_required
@csrf_exempt  # mail programs post here (RFC 8058), authorised by the signed token
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask how often to write, or save the answer; an empty POST switches the topic off.

    Answers with a page and not a redirect, as RFC 8058 requires.
    """
    try:
        subscription = preferences.read_token(token)
    except preferences.BadToken:
        return render(request, "outbox/unsubscribe/unknown.html", status=404)
    form = forms.RhythmForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or form.errors:
        status = 422 if form.errors else 200
        return render(request, "outbox/unsubscribe/page.html", {"topic": subscription.label}, status=status)
    rhythm = form.selected_rhythm()
    preferences.set_subscription(subscription=subscription, rhythm=rhythm)
    return render(request, "outbox/unsubscribe/done.html", {"rhythm": rhythm.value, "token": token})
