"""Sentences of an agent for voices to say, and how what was heard of them is compared."""

from collections.abc import Sequence

ENGLISH = [
    "All tests pass now, so I am going to commit the change.",
    "The parser failed because the input ended in the middle of a string.",
    "I renamed the function and updated every place where it is called.",
    "Please run the whole suite again before you merge this branch.",
    "The server refuses connections until the certificate is renewed.",
    "Two of the files were never closed, which explains the warning.",
    "I could not reproduce the crash, but the log points to the cache.",
    "Reading the configuration takes longer than starting the program.",
    "The second approach is simpler and uses less memory.",
    "Here is a short summary of what was changed and why.",
]
JAPANESE = [
    "テストはすべて通りました。",
    "設定ファイルの読み込みを修正しました。",
    "関数の名前を変更して、呼び出し側もすべて直しました。",
    "原因は、ファイルが閉じられていなかったことです。",
    "この変更を取り込む前に、もう一度テストを実行してください。",
    "二つ目の方法のほうが簡単で、メモリも少なくて済みます。",
    "サーバーが起動しない問題は、まだ再現できていません。",
    "ログを確認したところ、キャッシュに問題があるようです。",
    "ドキュメントも新しい使い方に合わせて更新しました。",
    "最後に、変更した点を短くまとめます。",
]
GERMAN = [
    "Alle Tests sind jetzt erfolgreich, deshalb speichere ich die Änderung.",
    "Der Server nimmt keine Verbindungen an, bis das Zertifikat erneuert ist.",
    "Ich habe die Funktion umbenannt und alle Aufrufe angepasst.",
    "Die zweite Lösung ist einfacher und braucht weniger Speicher.",
]
FRENCH = [
    "Tous les tests passent maintenant, je vais donc enregistrer la modification.",
    "Le serveur refuse les connexions tant que le certificat n'est pas renouvelé.",
    "J'ai renommé la fonction et corrigé tous les appels.",
    "La deuxième solution est plus simple et utilise moins de mémoire.",
]


def kana(text: str) -> Sequence[str]:
    """As it sounds: the same words may be written with other characters."""
    import pyopenjtalk

    return [sign for sign in pyopenjtalk.g2p(text, kana=True, use_sudachi_kanji_yomi=False) if sign.isalpha()]
