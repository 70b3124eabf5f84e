import time


def test_clean(chat):
    time.sleep(10)
    report = chat.finish()
    print(report, chat.churn.changes, chat.churn.deleted)
    assert report.counts == {}


def test_kill(chat, deployment):
    for _ in range(3):
        time.sleep(3)
        with chat.fault("instance", "1"):
            deployment.instances[0].kill()
            time.sleep(1)
            deployment.instances[0].start()
    time.sleep(3)
    report = chat.finish()
    print(report, chat.churn.changes, chat.churn.deleted)
    assert report.counts == {}
